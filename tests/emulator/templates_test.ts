import { assert, assertEquals, assertThrows } from "@std/assert";
import { formatValue } from "../../lib/emulator/go_values.ts";
import {
  parseTemplate,
  TemplateProblem,
} from "../../lib/emulator/templates.ts";
import { call, start } from "./helpers.ts";

const VARIABLES = {
  Email: "ann@example.com",
  Empty: "",
  Data: {
    name: "Ann <3",
    locale: "de",
    zero: 0,
    none: null,
    list: [1, "b", true],
    inner: { deep: 1.5 },
  },
};

function render(template: string): string {
  const escape = (text: string) => text.replaceAll("<", "&lt;");
  return parseTemplate(template)(VARIABLES, escape);
}

Deno.test("formatValue() writes values as Go does", () => {
  const cases: [value: unknown, text: string][] = [
    [null, "<nil>"],
    [undefined, "<nil>"],
    ["a", "a"],
    [true, "true"],
    [1e21, "1e+21"],
    [0.00001, "1e-05"],
    [-0.5, "-0.5"],
    [[1, ["b"], {}], "[1 [b] map[]]"],
    [{ b: 1, a: { toString: 2 } }, "map[a:map[toString:2] b:1]"],
  ];
  for (const [value, text] of cases) assertEquals(formatValue(value), text);
});

Deno.test("parseTemplate() shows fields, and nothing for those that are not there", () => {
  assertEquals(render("{{ .Email }}|{{.Empty}}"), "ann@example.com|");
  assertEquals(
    render("{{ .Data.name }} {{ .Data.inner.deep }}"),
    "Ann &lt;3 1.5",
  );
  assertEquals(render("{{ .Data.list }}"), "[1 b true]");
  assertEquals(render("{{ .Nobody }}{{ .Email.x }}{{ .Data.none }}"), "");
  assertEquals(render("{{ .Data.constructor }}{{ .toString }}"), "");
  assertEquals(render('{{ "}}" }}{{ `"` }}{{ 7 }}'), '}}"7');
});

Deno.test("parseTemplate() follows if, else and end", () => {
  const cases: [template: string, text: string][] = [
    ["{{ if .Data.name }}yes{{ else }}no{{ end }}", "yes"],
    ["{{ if .Data.zero }}yes{{ else }}no{{ end }}", "no"],
    ["{{ if .Empty }}yes{{ end }}", ""],
    [
      '{{ if eq .Data.locale "fr" }}1{{ else if eq .Data.locale "en" "de" }}2{{ else }}3{{ end }}',
      "2",
    ],
    [
      '{{ if ne .Data.locale "de" }}1{{ else }}{{ if not .Empty }}2{{ end }}{{ end }}',
      "2",
    ],
    [
      "{{ if and .Email .Empty }}1{{ else if or .Empty .Email }}2{{ end }}",
      "2",
    ],
    ["{{ or .Empty .Email }}", "ann@example.com"],
    ["a\n{{- if true -}}\n b {{- end }} c{{/* nothing */}}", "ab c"],
  ];
  for (const [template, text] of cases) assertEquals(render(template), text);
});

Deno.test("parseTemplate() refuses what it cannot read", () => {
  const wrong = [
    "{{ .Email",
    "{{ if .Email }}",
    "{{ end }}",
    "{{ else }}",
    "{{ if .A }}{{ else }}{{ else }}{{ end }}",
    "{{ range .Data.list }}{{ end }}",
    "{{ .Email | printf }}",
    "{{ eq .Email }}",
    "{{ }}",
  ];
  for (const template of wrong) {
    assertThrows(() => parseTemplate(template), TemplateProblem, "", template);
  }
});

Deno.test("mails show what their template says of the user, and the server's own text when it cannot be read", async () => {
  let page = "<p>{{ if .Data.nick }}Hello {{ .Data.nick }}{{ end }}</p>";
  const mail = async () => {
    const emulator = start({
      GOTRUE_MAILER_TEMPLATES_CONFIRMATION: "/confirm.html",
      GOTRUE_MAILER_SUBJECTS_CONFIRMATION: "Welcome {{ .Data.nick }}",
    }, { fetch: () => Promise.resolve(new Response(page)) });
    await call(emulator, "POST", "/signup", {
      body: {
        email: "ann@example.com",
        password: "password-1234",
        data: { nick: "<Ann>" },
      },
    });
    return await emulator.mailbox.next("ann@example.com");
  };
  const { html, subject } = await mail();
  assertEquals(html, "<p>Hello &lt;Ann&gt;</p>");
  assertEquals(subject, "Welcome <Ann>");
  page = "{{ range .Data }}";
  const { html: own, code } = await mail();
  assert(own.includes("Confirm your email address"));
  assertEquals(code.length, 6);
});
