/** Ending flows that lead through another page. */
import {
  parseCallback,
  splitFragment,
  withoutCallback,
} from "../api/callback.ts";
import { exchangeCodeForSession } from "../api/token_code.ts";
import type { Metadata } from "../config.ts";
import { AuthSessionError, isAuthError } from "../errors.ts";
import type { RequestOptions } from "../request.ts";
import { type FlowStore, verifierMissing } from "../session/flows.ts";
import type { ChangeCause } from "../session/state.ts";
import type { SignedIn } from "../wire/session.ts";
import type { Context } from "./context.ts";
import { useTokens } from "./set_session.ts";

/** A session that a code was exchanged for. */
export interface ExchangedCode<M extends Metadata> extends SignedIn<M> {
  /** `recovery` when the flow was for a forgotten password. */
  readonly redirectType: string | null;
}

/**
 * Exchanges a code for a session and makes it the current one.
 *
 * @param context The client's.
 * @param store Its flows under way.
 * @param code The code.
 * @param flowId Which flow it ends, where that is known.
 * @param cause What brought it about.
 * @param request How to make the request.
 * @returns The user and the session.
 */
export async function exchangeCode<M extends Metadata>(
  { config, manager }: Context<M>,
  store: FlowStore,
  code: string,
  flowId: string | undefined,
  cause: ChangeCause,
  request?: RequestOptions,
): Promise<ExchangedCode<M>> {
  let refusal: unknown;
  for (const verifier of await store.find(flowId)) {
    const sentAt = config.now();
    try {
      const result = await exchangeCodeForSession(
        config,
        code,
        verifier,
        request,
      );
      const { isRecovery } = verifier;
      const event = isRecovery ? "PASSWORD_RECOVERY" : "SIGNED_IN";
      await store.end(verifier);
      await manager.signIn(result.session, sentAt, event, cause);
      return { ...result, redirectType: isRecovery ? "recovery" : null };
    } catch (error) {
      // A wrong verifier does not use the code up: another flow may be meant.
      if (!isAuthError(error, "bad_code_verifier")) throw error;
      refusal = error;
    }
  }
  throw refusal;
}

/**
 * Consumes a callback address, if it is one.
 *
 * @param context The client's.
 * @param store Its flows under way.
 * @param url The address.
 * @param clean Called with the address to show, before the callback is used.
 * @throws {AuthError} What the callback led to.
 */
export async function consumeUrl<M extends Metadata>(
  context: Context<M>,
  store: FlowStore,
  url: string,
  clean: (url: string) => void = () => {},
): Promise<void> {
  const callback = parseCallback(url);
  if (!callback) return;
  if (callback.type === "code") {
    const { code, flowId } = callback;
    if (!await isOwnCode(store, flowId)) return;
    clean(withoutCallback(url));
    await exchangeCode(context, store, code, flowId, "url");
    return;
  }
  clean(withoutCallback(url));
  if (callback.type === "error") throw callback.error;
  if (!isWanted(context.options, url)) {
    throw verifierMissing(
      'use the tokens in the address: they were not asked for here, since flowType is not "implicit"',
    );
  }
  const event = callback.isRecovery ? "PASSWORD_RECOVERY" : "SIGNED_IN";
  const telling = { event, cause: "url" } as const;
  await useTokens(context.manager, callback.tokens, {}, telling);
}

/** Another library's `code` is left alone. */
async function isOwnCode(
  store: FlowStore,
  flowId: string | undefined,
): Promise<boolean> {
  if (flowId !== undefined) return true;
  try {
    return (await store.find()).length > 0;
  } catch (error) {
    if (error instanceof AuthSessionError) return false;
    throw error;
  }
}

/**
 * Tokens in an address may be anybody's: a link can sign a visitor in as
 * somebody else. They are used where the application says so.
 */
function isWanted<M extends Metadata>(
  { detectSessionInUrl, flowType }: Context<M>["options"],
  address: string,
): boolean {
  if (typeof detectSessionInUrl !== "function") return flowType === "implicit";
  const url = new URL(address);
  const [, fragment] = splitFragment(url.hash);
  return detectSessionInUrl(url, {
    ...Object.fromEntries(fragment),
    ...Object.fromEntries(url.searchParams),
  });
}
