// What the type tests take from Vitest, whose own declarations are not on trial here.
export { expectTypeOf } from "expect-type";

export function test(_title: string, _types: () => void): void {}
