/** An object with the properties whose values are `undefined` left out, as `exactOptionalPropertyTypes` wants it. */
export function withoutUndefined<T extends object>(object: T): WithoutUndefined<T> {
  const defined: Partial<T> = {};
  for (const name of Object.keys(object) as (keyof T)[]) {
    if (object[name] !== undefined) defined[name] = object[name];
  }
  return defined as T; // What is in it has, by construction, the type below.
}

type WithoutUndefined<T> = {
  [Key in keyof T as undefined extends T[Key] ? never : Key]: T[Key];
} & {
  [Key in keyof T as undefined extends T[Key] ? Key : never]?: Exclude<T[Key], undefined>;
};
