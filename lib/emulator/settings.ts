import { parseDuration } from "./go_duration.ts";
import {
  CORE,
  EXPERIMENTAL,
  EXTERNAL,
  FACTORS,
  LIMITS,
  MAIL,
  OAUTH_SERVER,
  SECURITY,
  type SettingEntry,
  type SettingKind,
  SILENT,
  SMS,
} from "./settings_tables.ts";

interface Kinds {
  readonly text: string;
  readonly switch: boolean;
  readonly number: number;
  readonly duration: number;
  readonly list: readonly string[];
  readonly map: Readonly<Record<string, string>>;
}

type Values<T extends Readonly<Record<string, SettingEntry>>> = {
  readonly [Name in keyof T]: Kinds[T[Name][0]];
};

/** What the environment says about one external provider. */
export interface ProviderSettings {
  /** `_ENABLED` */
  readonly enabled: boolean;
  /** `_CLIENT_ID`: several, separated by commas. */
  readonly clientIds: readonly string[];
  /** `_SECRET` */
  readonly secret: string;
  /** `_REDIRECT_URI` */
  readonly redirectUri: string;
  /** `_URL` */
  readonly url: string;
  /** `_SKIP_NONCE_CHECK` */
  readonly skipNonceCheck: boolean;
  /** `_EMAIL_OPTIONAL` */
  readonly emailOptional: boolean;
}

/** What the environment says about one hook. */
export interface HookSettings {
  /** `_ENABLED` */
  readonly enabled: boolean;
  /** `_URI` */
  readonly uri: string;
  /** `_SECRETS`, separated by "|". */
  readonly secrets: readonly string[];
}

/** All settings under the names that they have in the environment; durations in milliseconds. */
export type Settings =
  & Values<typeof CORE>
  & Values<typeof MAIL>
  & Values<typeof SMS>
  & Values<typeof SECURITY>
  & Values<typeof FACTORS>
  & Values<typeof EXTERNAL>
  & Values<typeof OAUTH_SERVER>
  & Values<typeof LIMITS>
  & Values<typeof EXPERIMENTAL>
  & {
    /** `GOTRUE_EXTERNAL_<NAME>_…` by lower-case name. */
    readonly providers: Readonly<Record<string, ProviderSettings>>;
    /** `GOTRUE_HOOK_<NAME>_…` by lower-case name. */
    readonly hooks: Readonly<Record<string, HookSettings>>;
    /** `GOTRUE_SMS_<PROVIDER>_…` by the name after `GOTRUE_SMS_`. */
    readonly smsCredentials: Readonly<Record<string, string>>;
    /** `GOTRUE_MAILER_TEMPLATES_<NAME>` by lower-case name: URLs, or paths below the site URL. */
    readonly templates: Readonly<Record<string, string>>;
    /** `GOTRUE_MAILER_SUBJECTS_<NAME>_NOTIFICATION` by lower-case name. */
    readonly subjects: Readonly<Record<string, string>>;
    /** Names that begin like settings and are none. */
    readonly unknown: readonly string[];
  };

/** Settings as an environment gives them. */
export type Environment = Readonly<Record<string, string | undefined>>;

const PROVIDER =
  /^GOTRUE_EXTERNAL_(.+?)_(ENABLED|CLIENT_ID|SECRET|REDIRECT_URI|URL|API_URL|SKIP_NONCE_CHECK|EMAIL_OPTIONAL)$/;
const SMS_CREDENTIAL =
  /^GOTRUE_SMS_((?:TWILIO|TWILIO_VERIFY|MESSAGEBIRD|TEXTLOCAL|VONAGE)_\w+)$/;
const MAIL_TEMPLATE = /^GOTRUE_MAILER_TEMPLATES_(\w+)$/;
const MAIL_SUBJECT = /^GOTRUE_MAILER_SUBJECTS_(\w+_NOTIFICATION)$/;
const HOOK =
  /^GOTRUE_HOOK_(CUSTOM_ACCESS_TOKEN|SEND_EMAIL|SEND_SMS|(?:MFA|PASSWORD)_VERIFICATION_ATTEMPT|(?:BEFORE|AFTER)_USER_CREATED)_(ENABLED|URI|SECRETS)$/;

/** Reads settings. Throws a `TypeError` that names the first setting with an impossible value. */
export function readSettings(env: Environment): Settings {
  const table: Readonly<Record<string, SettingEntry>> = {
    ...CORE,
    ...MAIL,
    ...SMS,
    ...SECURITY,
    ...FACTORS,
    ...EXTERNAL,
    ...OAUTH_SERVER,
    ...LIMITS,
    ...EXPERIMENTAL,
  };
  const values: Record<string, unknown> = {};
  for (const [name, [kind, fallback]] of Object.entries(table)) {
    // An empty value counts as none, except where the empty text is a choice of its own.
    const given = env[name] ?? env[`GOTRUE_${name}`];
    values[name] = parseSetting(
      name,
      kind,
      given === undefined || given === "" ? fallback : given,
    );
  }
  checkUrls(values);
  checkConflicts(values);
  return {
    ...values,
    providers: readProviders(env, table),
    hooks: readHooks(env),
    smsCredentials: collect(env, SMS_CREDENTIAL),
    templates: collect(env, MAIL_TEMPLATE),
    subjects: collect(env, MAIL_SUBJECT),
    unknown: Object.keys(env).filter((name) => isUnknown(name, table)),
  } as unknown as Settings;
}

function isUnknown(
  name: string,
  table: Readonly<Record<string, SettingEntry>>,
): boolean {
  if (!name.startsWith("GOTRUE_") || name in table) return false;
  return !PROVIDER.test(name) && !HOOK.test(name) &&
    !SILENT.some((known) => known.test(name));
}

function parseSetting(name: string, kind: SettingKind, text: string): unknown {
  switch (kind) {
    case "text":
      return text;
    case "switch":
      return parseSwitch(name, text);
    case "number":
      return readNumber(name, text);
    case "duration":
      return readDuration(name, text);
    case "list":
      return text === "" ? [] : text.split(",").map((item) => item.trim());
    case "map":
      return parseMap(name, text);
  }
}

function wrong(name: string, expected: string): never {
  throw new TypeError(`${name} must be ${expected}`);
}

const TRUE = ["true", "1", "t", "T", "TRUE", "True"];
const FALSE = ["false", "0", "f", "F", "FALSE", "False"];

function parseSwitch(name: string, text: string): boolean {
  if (TRUE.includes(text)) return true;
  if (FALSE.includes(text)) return false;
  return wrong(name, "true or false");
}

function readNumber(name: string, text: string): number {
  const number = Number(text);
  return Number.isSafeInteger(number) && String(number) === text
    ? number
    : wrong(name, "a whole number");
}

function readDuration(name: string, text: string): number {
  const result = parseDuration(text);
  return "milliseconds" in result
    ? result.milliseconds
    : wrong(name, "a duration such as 1m30s");
}

function parseMap(name: string, text: string): Record<string, string> {
  const map: Record<string, string> = {};
  for (const pair of text === "" ? [] : text.split(",")) {
    const colon = pair.indexOf(":");
    if (colon < 0) wrong(name, "a list of pairs such as key:value,key:value");
    map[pair.slice(0, colon).trim()] = pair.slice(colon + 1).trim();
  }
  return map;
}

function checkUrls(values: Readonly<Record<string, unknown>>): void {
  for (const name of ["GOTRUE_SITE_URL", "API_EXTERNAL_URL"]) {
    if (!/^[a-z][a-z0-9+.-]*:\/\/\S+$/i.test(String(values[name]))) {
      wrong(name, "an absolute URL");
    }
  }
}

function checkConflicts(values: Readonly<Record<string, unknown>>): void {
  const name = "GOTRUE_MAILER_ALLOW_UNVERIFIED_EMAIL_SIGN_INS";
  if (values[name] && values["GOTRUE_MAILER_AUTOCONFIRM"]) {
    wrong(name, "off where GOTRUE_MAILER_AUTOCONFIRM is on");
  }
  const end = "GOTRUE_SMS_TEST_OTP_VALID_UNTIL";
  const moment = String(values[end]);
  if (moment !== "" && Number.isNaN(Date.parse(moment))) {
    wrong(end, "a time such as 2030-01-31T00:00:00Z");
  }
}

function readProviders(
  env: Environment,
  table: Readonly<Record<string, SettingEntry>>,
): Record<string, ProviderSettings> {
  const names = new Set<string>();
  for (const name of Object.keys(env)) {
    const provider = name in table ? undefined : PROVIDER.exec(name)?.[1];
    if (provider !== undefined) names.add(provider);
  }
  return Object.fromEntries(
    [...names].map((name) => [name.toLowerCase(), readProvider(env, name)]),
  );
}

function readProvider(env: Environment, name: string): ProviderSettings {
  const prefix = `GOTRUE_EXTERNAL_${name}_`;
  const text = (suffix: string) => env[prefix + suffix] ?? "";
  const on = (suffix: string) =>
    parseSwitch(prefix + suffix, text(suffix) || "false");
  return {
    enabled: on("ENABLED"),
    clientIds: text("CLIENT_ID").split(",").map((id) => id.trim()).filter((
      id,
    ) => id !== ""),
    secret: text("SECRET"),
    redirectUri: text("REDIRECT_URI"),
    url: text("URL") || text("API_URL"),
    skipNonceCheck: on("SKIP_NONCE_CHECK"),
    emailOptional: on("EMAIL_OPTIONAL"),
  };
}

function readHooks(env: Environment): Record<string, HookSettings> {
  const hooks: Record<string, HookSettings> = {};
  for (const variable of Object.keys(env)) {
    const name = HOOK.exec(variable)?.[1];
    if (name === undefined) continue;
    const prefix = `GOTRUE_HOOK_${name}_`;
    hooks[name.toLowerCase()] = {
      enabled: parseSwitch(
        `${prefix}ENABLED`,
        env[`${prefix}ENABLED`] || "false",
      ),
      uri: env[`${prefix}URI`] ?? "",
      secrets: (env[`${prefix}SECRETS`] ?? "").split("|").filter((secret) =>
        secret !== ""
      ),
    };
  }
  return hooks;
}

/** The values of all names that fit a pattern, by the part in its group. */
function collect(env: Environment, pattern: RegExp): Record<string, string> {
  const pairs = Object.entries(env).flatMap(([name, value]) => {
    const part = pattern.exec(name)?.[1];
    return part === undefined ? [] : [[part.toLowerCase(), value ?? ""]];
  });
  return Object.fromEntries(pairs);
}
