/** Under which names the flows under way are stored, as auth-js does. */

/** At most this many flows may be pending; the oldest gives way. */
export const MAX_FLOWS = 5;

/** The verifier of the flow that was started last. */
export function lastVerifierKey(key: string): string {
  return `${key}-code-verifier`;
}

/** The verifier of one flow. */
export function flowVerifierKey(key: string, flowId: string): string {
  return `${key}-flow-${flowId}-code-verifier`;
}

/** The ids of the pending flows, oldest first. */
export function flowIndexKey(key: string): string {
  return `${key}-flows-code-verifier`;
}
