import { assertEquals } from "@std/assert";
import { parsePage } from "../../lib/wire/page.ts";

const NEXT = '</admin/users?page=2&per_page=50>; rel="next"';
const LAST = '</admin/users?page=123&per_page=50>; rel="last"';

const CASES: [
  what: string,
  headers: Record<string, string>,
  page: [next: number | null, last: number, total: number],
][] = [
  ["a first page", { link: `${NEXT}, ${LAST}`, "x-total-count": "6101" }, [
    2,
    123,
    6101,
  ]],
  ["the last page", { link: LAST, "x-total-count": "6101" }, [null, 123, 6101]],
  ["no users", {
    link: '</admin/users?page=0>; rel="last"',
    "x-total-count": "0",
  }, [null, 0, 0]],
  ["no headers", {}, [null, 0, 0]],
  ["page after other parameters", {
    link: "<https://h/auth/v1/admin/users?filter=page%3D9&page=12>; rel=next",
  }, [12, 0, 0]],
  ["per_page before page", { link: '<?per_page=50&page=4>; rel="next"' }, [
    4,
    0,
    0,
  ]],
  ["per_page without page", { link: '<?per_page=50>; rel="next"' }, [
    null,
    0,
    0,
  ]],
  ["a cursor in place of a page", { link: '<?cursor=abc>; rel="next"' }, [
    null,
    0,
    0,
  ]],
  ["a page that is no number", { link: '<?page=4x>; rel="next"' }, [
    null,
    0,
    0,
  ]],
  ["other relations", { link: '<?page=1>; rel="prev"' }, [null, 0, 0]],
  ["a count that is no number", { "x-total-count": "many" }, [null, 0, 0]],
  ["an odd link", { link: "<<>>;;rel=next" }, [null, 0, 0]],
];
for (const [what, headers, [nextPage, lastPage, total]] of CASES) {
  Deno.test(`parsePage() reads ${what}`, () => {
    assertEquals(
      parsePage(new Headers(headers)),
      { nextPage, lastPage, total },
    );
  });
}
