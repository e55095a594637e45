/** The ways in. */
import { h, showList } from "../dom.ts";
import { button, card, field, form, group } from "../parts.ts";
import type { Part, PlayBench } from "./bench.ts";
import { CALLBACK } from "./client.ts";
import type { Confirmation } from "./confirm.ts";

/** Begins to wait for a code. */
export type Await = (confirmation: Confirmation) => void;

type Method = "sign-up" | "sign-in" | "link" | "recover";

export function signInPart(bench: PlayBench, expect: Await): Part {
  const { auth, act } = bench;
  const guest = button(
    "Continue as a guest",
    () => act(() => auth.signInAnonymously()),
  );
  const passkey = button(
    "Sign in with a passkey",
    () => act(() => auth.signInWithPasskey()),
  );
  const others = h("p", {}, group(passkey, guest));
  const providers = providerForm((provider) =>
    act(() =>
      auth.signInWithOAuth({ provider, options: { redirectTo: CALLBACK } })
    )
  );
  const element = card(
    "Sign up or sign in",
    addressForm((method, email, password) =>
      act(() => run(bench, expect, method, email, password))
    ),
    others,
    providers.element,
  );
  return {
    element,
    show: ({ session, settings }) => {
      const { switches } = settings;
      element.hidden = session !== null;
      providers.offer(settings.providers);
      passkey.hidden = !switches["GOTRUE_PASSKEY_ENABLED"];
      guest.hidden = !switches["GOTRUE_EXTERNAL_ANONYMOUS_USERS_ENABLED"];
      others.hidden = passkey.hidden && guest.hidden;
    },
  };
}

function addressForm(
  submit: (method: Method, email: string, password: string) => unknown,
): HTMLElement {
  const methods: [Method, string, string][] = [
    ["sign-up", "Sign up", "main"],
    ["sign-in", "Sign in", ""],
    ["link", "Mail me a link", ""],
    ["recover", "Forgot the password", ""],
  ];
  return form(
    ({ email, password }, button) =>
      submit(button?.value as Method, email ?? "", password ?? ""),
    field(
      "E-mail",
      h("input", {
        name: "email",
        type: "email",
        required: true,
        value: "ada@example.com",
        autocomplete: "username webauthn",
      }),
    ),
    field(
      "Password",
      h("input", {
        name: "password",
        type: "text",
        value: "correct horse battery",
        autocomplete: "off",
      }),
    ),
    group(
      ...methods.map(([value, label, kind]) =>
        h("button", { name: "method", value, class: kind }, label)
      ),
    ),
  );
}

async function run(
  { auth }: PlayBench,
  expect: Await,
  method: Method,
  email: string,
  password: string,
): Promise<void> {
  const options = { emailRedirectTo: CALLBACK };
  switch (method) {
    case "sign-up": {
      const { session } = await auth.signUp({ email, password, options });
      if (!session) expect({ email, type: "signup" });
      return;
    }
    case "sign-in":
      await auth.signInWithPassword({ email, password });
      return;
    case "link":
      await auth.signInWithOtp({ email, options });
      return expect({ email, type: "email" });
    case "recover":
      await auth.resetPasswordForEmail(email, { redirectTo: CALLBACK });
      return expect({ email, type: "recovery" });
  }
}

interface ProviderForm {
  readonly element: HTMLElement;
  /** Offers the providers that the server knows. */
  offer(providers: readonly string[]): void;
}

function providerForm(submit: (provider: string) => unknown): ProviderForm {
  const choices = h("select", { name: "provider" });
  const element = form(
    ({ provider }) => submit(provider ?? ""),
    field("Provider", choices),
    h("button", {}, "Continue"),
  );
  return {
    element,
    offer: (providers) => {
      element.hidden = providers.length === 0;
      showList(
        choices,
        providers,
        (name) => name,
        (value) => h("option", { value }, value),
      );
    },
  };
}
