import { Suspense } from "react";
import { mark } from "../chat";

async function Count() {
  return <p id="count">{await mark("static")}</p>;
}

export default function Page() {
  return (
    <Suspense fallback={<p>loading</p>}>
      <Count />
    </Suspense>
  );
}
