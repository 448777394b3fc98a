import { mark } from "../../chat";

export async function GET(_request, { params }) {
  const { order } = await params;
  return Response.json(await mark(order));
}
