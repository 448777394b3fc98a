import { mark } from "../../chat";

export const runtime = "edge";

export async function GET(_request, { params }) {
  const { order } = await params;
  return Response.json(await mark(order));
}
