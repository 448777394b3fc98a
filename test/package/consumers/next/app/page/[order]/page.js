import { mark } from "../../chat";

export default async function Page({ params }) {
  const { order } = await params;
  return <p id="count">{await mark(order)}</p>;
}
