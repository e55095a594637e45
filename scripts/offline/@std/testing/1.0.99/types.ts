// Stands in for jsr:@std/testing/types where JSR is out of reach: claims about
// types that the type checker verifies. For development; not part of any
// published package.

/** Fails to compile unless `T` is the type of the given literal. */
export function assertType<T extends boolean>(_expectTrue: T): void {}

/** Fails to compile unless `T` is `true`. */
export type AssertTrue<T extends true> = T extends true ? never : never;

/** Fails to compile unless `T` is `false`. */
export type AssertFalse<T extends false> = T extends false ? never : never;

/** Whether two types are the same. */
export type IsExact<T, U> = (<X>() => X extends T ? 1 : 2) extends
  (<X>() => X extends U ? 1 : 2) ? true : false;

/** Whether the union `T` has the member `U`. */
export type Has<T, U> = IsAny<T> extends true ? true
  : IsAny<U> extends true ? false
  : Extract<T, U> extends never ? false
  : true;

/** Whether it has not. */
export type NotHas<T, U> = Has<T, U> extends true ? false : true;

/** Whether `T` may be `null` or `undefined`. */
export type IsNullable<T> = Extract<T, null | undefined> extends never ? false
  : true;

export type IsAny<T> = 0 extends 1 & T ? true : false;
export type IsNever<T> = [T] extends [never] ? true : false;
export type IsUnknown<T> = IsAny<T> extends true ? false
  : unknown extends T ? true
  : false;
