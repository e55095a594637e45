import { assertEquals } from "@std/assert";
import {
  addressOf,
  MailReader,
  type ReceivedMail,
  recordMail,
} from "../../scripts/replay/mails.ts";

function mail(to: string, subject: string): ReceivedMail {
  return { to, subject };
}

Deno.test("MailReader hands out the newest unread mail to an address", () => {
  const mails = [
    mail("a@x", "before the flow"),
    mail("a@x", "1"),
    mail("b@x", "2"),
    mail("a@x", "3"),
  ];
  const reader = new MailReader(1);
  assertEquals(reader.take(mails, "a@x")?.subject, "3");
  assertEquals(reader.take(mails, "a@x"), undefined);
  assertEquals(reader.take(mails, "b@x")?.subject, "2");
  mails.push(mail("a@x", "4"));
  assertEquals(reader.take(mails, "a@x")?.subject, "4");
});

Deno.test("MailReader finds no mail where only older ones were sent", () => {
  assertEquals(
    new MailReader(1).take([mail("a@x", "old")], undefined),
    undefined,
  );
  assertEquals(
    new MailReader(0).take([mail("a@x", "new")], undefined)?.subject,
    "new",
  );
});

Deno.test("addressOf() prefers the mail and falls back on the description", () => {
  const recorded = {
    to: ["a@x.com"],
    from: "",
    subject: "",
    type: null,
    link: null,
    linkParts: null,
    code: null,
    token_hash: null,
  };
  assertEquals(addressOf(recorded, "mail received by b@x.com"), "a@x.com");
  assertEquals(
    addressOf(null, "no mail sent to rs@example.com"),
    "rs@example.com",
  );
  assertEquals(addressOf(null, "no mail is sent"), undefined);
});

const SENT: ReceivedMail = {
  to: "a@x.com",
  from: "admin@x.com",
  subject: "Confirm",
  type: "signup",
  code: "123456",
  link: "http://x/verify?token=abc&type=signup&redirect_to=http%3A%2F%2Fy",
  token_hash: "abc",
  html: "<p></p>",
};

Deno.test("recordMail() names the template and shows the code where a template of the recorder is set", () => {
  const recorded = recordMail(SENT, {
    GOTRUE_MAILER_TEMPLATES_CONFIRMATION:
      "http://localhost:9000/tpl/confirmation",
  });
  assertEquals(recorded, {
    to: ["a@x.com"],
    from: "admin@x.com",
    subject: "Confirm",
    type: "confirmation",
    link: SENT.link!,
    linkParts: {
      base: "http://x/verify",
      query: { token: "abc", type: "signup", redirect_to: "http://y" },
    },
    code: "123456",
    token_hash: "abc",
  });
});

Deno.test("recordMail() shows of a default template what its link has", () => {
  const recorded = recordMail(SENT, {});
  assertEquals([
    recorded.type,
    recorded.code,
    recorded.token_hash,
    recorded.html,
  ], ["signup", null, "abc", "<p></p>"]);
  const nonce = recordMail({
    to: ["a@x.com"],
    subject: "1 is your code",
    type: "reauthentication",
    code: "1",
  }, {});
  assertEquals([nonce.type, nonce.code, nonce.token_hash, nonce.link], [
    null,
    null,
    null,
    null,
  ]);
});
