import { Suspense } from "react";
import { mark } from "../../chat";

async function Count({ params }) {
  const { order } = await params;
  return <p id="count">{await mark(order)}</p>;
}

export default function Page({ params }) {
  return (
    <Suspense fallback={<p>loading</p>}>
      <Count params={params} />
    </Suspense>
  );
}
