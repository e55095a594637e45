import { HttpError } from "../errors.ts";

/** Refuses a request that waits too long for the outside world (auth-server §1.5). */
export async function withDeadline<T>(
  milliseconds: number,
  work: () => Promise<T>,
): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(tooLate()), milliseconds);
  });
  try {
    return await Promise.race([work(), deadline]);
  } finally {
    clearTimeout(timer);
  }
}

function tooLate(): HttpError {
  return new HttpError(
    504,
    "request_timeout",
    "Processing this request timed out, please retry after a moment.",
  );
}
