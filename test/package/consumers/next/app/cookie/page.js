// While Next builds this page, `cookies` throws what makes it a dynamic one.
import { cookies } from "next/headers";
import { mark } from "../chat";

export default async function Page() {
  const accessToken = async () => (await cookies()).get("token").value;
  return <p id="count">{await mark("cookie", { accessToken })}</p>;
}
