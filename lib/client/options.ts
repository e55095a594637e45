import type {
  AuthConfigOptions,
  Metadata,
  UnknownMetadata,
} from "../config.ts";
import type { PolicyOptions } from "../jwt/claims.ts";
import type { AuthSnapshot } from "../session/manager_options.ts";
import type { SessionStorage } from "../session/storage.ts";
import type { Jwks } from "../wire/settings.ts";

/** How `getClaims` verifies tokens: `createVerifier`'s options. */
export interface ClientVerifierOptions extends Omit<PolicyOptions, "url"> {
  /** Of a server that signs with HS256; for trusted servers only. */
  readonly secret?: string;
  /** Keys that are known beforehand, in place of fetching them. */
  readonly jwks?: Jwks;
}

/** How to reach the server, and what to do with the session. */
export type AuthClientOptions<M extends Metadata = UnknownMetadata> =
  & AuthConfigOptions<M>
  & {
    /** @default {`localStorage` in a page, else memory} */
    readonly storage?: SessionStorage;
    /** Keeps the user apart from the tokens. */
    readonly userStorage?: SessionStorage;
    /**
     * The session's name in storage.
     * @default {`sb-<first label>-auth-token` with `projectUrl`, `supabase.auth.token` with `url`}
     */
    readonly storageKey?: string;
    /** False keeps the session in this object alone. @default {true} */
    readonly persistSession?: boolean;
    /** Refreshes in the background, in a page while it is visible. @default {false} */
    readonly autoRefreshToken?: boolean;
    /** @default {"pkce"} */
    readonly flowType?: "pkce" | "implicit";
    /**
     * Whether initialisation consumes a callback in the page's address; a
     * function decides for tokens in the fragment. @default {true}
     */
    readonly detectSessionInUrl?:
      | boolean
      | ((url: URL, params: Readonly<Record<string, string>>) => boolean);
    /** What the snapshot is until storage has been read: for hydration. */
    readonly initialSnapshot?: AuthSnapshot<M>;
    /** How `getClaims` verifies tokens. */
    readonly verifier?: ClientVerifierOptions;
  };
