import {
  type RegisterPasskeyParams,
  registerWith,
  signInWithPasskey,
  type SignInWithPasskeyParams,
} from "../browser/passkeys.ts";
import type { Metadata } from "../config.ts";
import type { RequestOptions } from "../request.ts";
import { currentUser } from "../session/guard.ts";
import type { Passkey } from "../wire/passkey.ts";
import type { SignedIn } from "../wire/session.ts";
import type { Context } from "./context.ts";
import type { PasskeyMethods } from "./passkey_methods.ts";
import { enter } from "./sign_in.ts";

/** The methods of a client that hold ceremonies with passkeys. */
export class PasskeyCeremonies<M extends Metadata>
  implements PasskeyMethods<M> {
  readonly #context: Context<M>;

  /** @param context The client's. */
  constructor(context: Context<M>) {
    this.#context = context;
  }

  /** Signs in by a passkey that the user chooses. */
  async signInWithPasskey(
    params?: SignInWithPasskeyParams,
    request?: RequestOptions,
  ): Promise<SignedIn<M>> {
    return await enter(this.#context, signInWithPasskey, params, request);
  }

  /** Adds a passkey to the signed-in user, whose token may change meanwhile. */
  async registerPasskey(
    params?: RegisterPasskeyParams,
    request?: RequestOptions,
  ): Promise<Passkey> {
    const user = () => currentUser(this.#context.manager, request);
    return await registerWith(user, params, request);
  }
}
