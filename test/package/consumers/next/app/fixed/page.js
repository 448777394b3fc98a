// Nothing here says that the page depends on the request. Next finds out when it builds it, by the `fetch` that must not
// be cached, and throws what makes the page a dynamic one.
import { mark } from "../chat";

export default async function Page() {
  return <p id="count">{await mark("fixed", { accessToken: "not-a-real-token" })}</p>;
}
