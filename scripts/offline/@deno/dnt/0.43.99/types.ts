// Type-checks the declarations of the built package, as a user's compiler
// would with `skipLibCheck: false`.
import ts from "npm:typescript@5.9.3";

/** Throws with all diagnostics when a declaration file is wrong. */
export function checkTypes(
  outDir: string,
  entries: string[],
  options: { target?: string; lib?: string[] },
): void {
  const { options: compilerOptions } = ts.convertCompilerOptionsFromJson({
    strict: true,
    exactOptionalPropertyTypes: true,
    module: "NodeNext",
    moduleResolution: "NodeNext",
    skipLibCheck: false,
    noEmit: true,
    types: [],
    ...options,
  }, outDir);
  const names = entries.map((entry) => `${outDir}/${entry}`);
  const program = ts.createProgram(names, compilerOptions);
  const diagnostics = ts.getPreEmitDiagnostics(program);
  if (diagnostics.length === 0) return;
  throw new Error(ts.formatDiagnostics(diagnostics, {
    getCanonicalFileName: (name) => name,
    getCurrentDirectory: () => Deno.cwd(),
    getNewLine: () => "\n",
  }));
}
