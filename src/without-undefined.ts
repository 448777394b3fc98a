/** An object with the properties whose values are `undefined` left out, as `exactOptionalPropertyTypes` wants it. */
export function withoutUndefined<T extends object>(object: T): WithoutUndefined<T> {
  // What is left has, by construction, the type below.
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as WithoutUndefined<T>;
}

type WithoutUndefined<T> = {
  [Key in keyof T as undefined extends T[Key] ? never : Key]: T[Key];
} & {
  [Key in keyof T as undefined extends T[Key] ? Key : never]?: Exclude<T[Key], undefined>;
};
