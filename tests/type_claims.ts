/** How the tests of types state what they claim. */

/** Whether two types are the same. */
export type Equals<A, B> = (<T>() => T extends A ? 1 : 2) extends
  (<T>() => T extends B ? 1 : 2) ? true : false;

/** Accepts nothing but the type `true`. */
export function expectType<_Claim extends true>(): void {}

/** For statements that are type-checked and never run. */
export function compileOnly(_statements: () => unknown): void {}

type IsAny<T> = 0 extends 1 & T ? true : false;

/**
 * Whether `any` stands anywhere in a type: in arguments, results, members,
 * elements. The depth bounds what refers to itself.
 */
export type HasAny<T, Depth extends 0[] = []> = IsAny<T> extends true ? true
  : Depth["length"] extends 7 ? false
  // Text that completes known values is an object to the compiler.
  : T extends string ? false
  : T extends (...args: infer Args) => infer Result
    ? HasAny<Args, [...Depth, 0]> | HasAny<Awaited<Result>, [...Depth, 0]>
  : T extends readonly unknown[] ? HasAny<T[number], [...Depth, 0]>
  : T extends object ? MembersHaveAny<T, [...Depth, 0]>
  : false;

/** Types of the platform, whose own members are not ours to judge. */
type Platform =
  | Date
  | Response
  | RequestInit
  | AbortSignal
  | AsyncGenerator
  | ArrayBuffer
  | Uint8Array
  | Iterable<readonly [string, string]>;

/** Of a class of errors, what its instances add; the platform's statics have any. */
type Added<T> = T extends abstract new (...args: never[]) => infer Instance
  ? Instance extends Error ? Omit<Instance, keyof Error> : T
  : T;

type MembersHaveAny<T, Depth extends 0[]> = T extends Platform ? false
  : T extends abstract new (...args: never[]) => Error ? HasAny<Added<T>, Depth>
  : true extends { [K in keyof T]-?: HasAny<T[K], Depth> }[keyof T] ? true
  : false;

/** The names whose type holds an `any`. */
export type NamesWithAny<Module> = {
  [Name in keyof Module]: true extends HasAny<Module[Name]> ? Name : never;
}[keyof Module];
