import type { Context } from "./context.ts";
import {
  concat,
  equalBytes,
  fromBase64Url,
  toBase64Url,
  toHex,
} from "./encoding.ts";
import { hmacSha256, sha256 } from "./hash.ts";
import type { RefreshToken, Session } from "./records.ts";

/** Issues a refresh token of version 1. */
export function issueRefreshToken(
  context: Context,
  session: Session,
  parent: string,
): RefreshToken {
  const now = context.now();
  return context.db.refreshTokens.insert({
    id: context.server.random.token(12),
    user_id: session.user_id,
    session_id: session.id,
    parent,
    revoked: false,
    created_at: now,
    updated_at: now,
  });
}

/** Revokes a refresh token of version 1; its time moves even when it was revoked before. */
export function revokeRefreshToken(
  context: Context,
  token: RefreshToken,
): void {
  context.db.refreshTokens.update(token.id, {
    revoked: true,
    updated_at: context.now(),
  });
}

/** What a refresh token of version 2 says. */
export interface ParsedRefreshToken {
  /** The session. */
  readonly sessionId: string;
  /** The position in the sequence of the session's tokens. */
  readonly counter: number;
  /** What the signature covers. */
  readonly signed: Uint8Array;
  /** 16 bytes. */
  readonly signature: Uint8Array;
}

/** Whether a text has the form of a refresh token of version 1. */
export function isVersion1(token: string): boolean {
  return /^[a-z0-9]{12}$/.test(token);
}

/** The token of version 2 for a session's present counter (auth-server §6.4). */
export function encodeRefreshToken(session: Session): string {
  const id = session.id.replaceAll("-", "").match(/../g)!.map((pair) =>
    parseInt(pair, 16)
  );
  const signed = new Uint8Array([
    0,
    ...id,
    ...varint(session.refresh_token_counter),
  ]);
  const body = concat(signed, sign(session, signed));
  return toBase64Url(concat(body, sha256(body).slice(0, 4)));
}

/** Reads a token of version 2; undefined when it is none. */
export function parseRefreshToken(
  token: string,
): ParsedRefreshToken | undefined {
  const bytes = fromBase64Url(token);
  if (
    bytes === undefined || bytes.length < 38 || bytes.length > 46 ||
    bytes[0] !== 0
  ) {
    return undefined;
  }
  const body = bytes.slice(0, -4);
  if (!equalBytes(sha256(body).slice(0, 4), bytes.slice(-4))) return undefined;
  const signed = body.slice(0, -16);
  const counter = readVarint(signed.slice(17));
  if (counter === undefined) return undefined;
  const hex = toHex(signed.slice(1, 17));
  const sessionId = hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  return { sessionId, counter, signed, signature: body.slice(-16) };
}

/** Whether a parsed token was signed for the session. */
export function isSignedBy(
  token: ParsedRefreshToken,
  session: Session,
): boolean {
  return equalBytes(sign(session, token.signed), token.signature);
}

function sign(session: Session, signed: Uint8Array): Uint8Array {
  const key = fromBase64Url(session.refresh_token_hmac_key ?? "")!;
  return hmacSha256(key, signed).slice(0, 16);
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  for (; value >= 0x80; value = Math.floor(value / 0x80)) {
    bytes.push((value % 0x80) | 0x80);
  }
  return [...bytes, value];
}

function readVarint(bytes: Uint8Array): number | undefined {
  let value = 0;
  for (const [i, byte] of bytes.entries()) {
    value += (byte & 0x7f) * 2 ** (7 * i);
    if (byte < 0x80) return i === bytes.length - 1 && i < 8 ? value : undefined;
  }
  return undefined;
}
