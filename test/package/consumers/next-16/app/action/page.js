import { markOrder } from "./actions";
import { Form } from "./form";

export default function Page() {
  return <Form action={markOrder} />;
}
