import { signInResponse } from "../access_tokens.ts";
import { audit } from "../audit.ts";
import type { Context } from "../context.ts";
import { utf8 } from "../encoding.ts";
import { fail, invalid, OAuthError } from "../errors.ts";
import { signInExternally } from "../external/accounts.ts";
import type { ExternalProfile } from "../external/profile.ts";
import { hostname } from "../go_url.ts";
import { isAllowedUrl } from "../redirect_targets.ts";
import { orServerError } from "../server_errors.ts";
import { ethereumSignature, isSignedByEthereum } from "../web3/ethereum.ts";
import {
  type Dialect,
  DIALECTS,
  parseMessage,
  type SignInMessage,
} from "../web3/message.ts";
import { isSignedBySolana, solanaSignature } from "../web3/solana.ts";

const SHAPE = {
  message: "string",
  signature: "string",
  chain: "string",
} as const;

interface Web3Params {
  readonly message: string;
  readonly signature: string;
  readonly chain: string;
}

type Chain = "solana" | "ethereum";

/** `POST /token?grant_type=web3` (auth-server §14.6). */
export async function web3Grant(context: Context): Promise<Response> {
  const { settings } = context;
  const isOn = settings.GOTRUE_EXTERNAL_WEB3_SOLANA_ENABLED ||
    settings.GOTRUE_EXTERNAL_WEB3_ETHEREUM_ENABLED;
  if (!isOn) refuseDisabled("Web3");
  const params = context.decode("Web3GrantParams", SHAPE);
  const chain = checkChain(context, params.chain);
  const length = utf8(params.message).length;
  if (length < 64) invalid("message is too short");
  if (length > 20 * 1024) invalid("message must not exceed 20KB");
  const message = await verify(params, chain);
  checkPlace(context, message, DIALECTS[chain]);
  checkTimes(context, message, chain);
  const profile = describe(message, chain);
  return await orServerError(
    context,
    () => begin(context, profile, message, chain),
  );
}

async function begin(
  context: Context,
  profile: ExternalProfile,
  message: SignInMessage,
  chain: Chain,
): Promise<Response> {
  const { user, loaded } = await signInExternally(context, "web3", profile);
  audit(context, user, "login", {
    traits: {
      provider: "web3",
      chain,
      network: message.chainId,
      address: message.address,
      domain: message.domain,
      uri: message.uriText,
    },
  });
  return await signInResponse(context, user, "web3", loaded);
}

function refuseDisabled(what: string): never {
  const suffix = what === "Web3" ? "" : " Web3";
  const message = `${what}${suffix} provider is disabled`;
  fail(422, "web3_provider_disabled", message);
}

function checkChain(context: Context, chain: string): Chain {
  if (chain !== "solana" && chain !== "ethereum") {
    fail(400, "web3_unsupported_chain", "Unsupported chain");
  }
  const isOn = chain === "solana"
    ? context.settings.GOTRUE_EXTERNAL_WEB3_SOLANA_ENABLED
    : context.settings.GOTRUE_EXTERNAL_WEB3_ETHEREUM_ENABLED;
  if (!isOn) refuseDisabled(DIALECTS[chain].title);
  return chain;
}

function refuse(description: string): never {
  throw new OAuthError("invalid_grant", description);
}

async function verify(
  { message: text, signature }: Web3Params,
  chain: Chain,
): Promise<SignInMessage> {
  let isSigned: boolean;
  let message: SignInMessage;
  if (chain === "solana") {
    const bytes = solanaSignature(signature);
    message = parseMessage(text, DIALECTS.solana);
    isSigned = await isSignedBySolana(message, text, bytes);
  } else {
    const bytes = ethereumSignature(signature);
    message = parseMessage(text, DIALECTS.ethereum);
    isSigned = await isSignedByEthereum(message, text, bytes);
  }
  if (!isSigned) refuse("Signature does not match address in message");
  return message;
}

/** Refuses messages that were signed for another site. */
function checkPlace(
  context: Context,
  { uri, uriText, domain }: SignInMessage,
  { title }: Dialect,
): void {
  const isLocal = hostname(uri) === "localhost";
  const subject = `Signed ${title} message is using`;
  if (uri.scheme === "http" && !isLocal) {
    refuse(`${subject} URI which does not use HTTPS`);
  }
  if (!isAllowedUrl(context.settings, uriText)) {
    refuse(
      `${subject} URI which is not allowed on this server, message was signed for another app`,
    );
  }
  if (isLocal) return;
  const isSame = uri.host === domain &&
    isAllowedUrl(context.settings, `https://${domain}/`);
  if (!isSame) {
    refuse(
      `${subject} a Domain that does not match the one in URI which is not allowed on this server`,
    );
  }
}

function checkTimes(
  context: Context,
  { issuedAt, notBefore, expirationTime }: SignInMessage,
  chain: Chain,
): void {
  const { title } = DIALECTS[chain];
  const now = context.server.clock.now();
  if (notBefore !== undefined && now < notBefore) {
    refuse(`Signed ${title} message becomes valid in the future`);
  }
  // The server looks at the end of an Ethereum message only when its beginning is given too.
  const looks = chain === "solana" || notBefore !== undefined;
  if (looks && expirationTime !== undefined && now > expirationTime) {
    refuse(`Signed ${title} message is expired`);
  }
  const validity = chain === "solana"
    ? context.settings.GOTRUE_EXTERNAL_WEB3_SOLANA_MAXIMUM_VALIDITY_DURATION
    : context.settings.GOTRUE_EXTERNAL_WEB3_ETHEREUM_MAXIMUM_VALIDITY_DURATION;
  if (now > issuedAt + validity) {
    refuse(`${title} message was issued too long ago`);
  }
  if (now < issuedAt - validity) {
    refuse(`${title} message was issued too far in the future`);
  }
}

function describe(message: SignInMessage, chain: Chain): ExternalProfile {
  const { address, chainId, domain, statement } = message;
  const none = chain === "solana" ? "" : null;
  return {
    subject: `web3:${chain}:${address}`,
    emails: [],
    claims: {
      custom_claims: {
        address,
        chain,
        network: chainId,
        domain,
        statement: statement ?? none,
      },
    },
  };
}
