/**
 * Makes the npm package in a directory: `node client_demo/packaging/build.mjs build/npm`.
 *
 * The files of library/ as they are, with declarations and a custom elements manifest beside them.
 */

import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const demo = dirname(dirname(fileURLToPath(import.meta.url)));
const root = dirname(demo);
const library = join(demo, "library");
const bin = (/** @type {string} */ name) => join(root, "node_modules", ".bin", name);
const out = resolve(process.argv[2] ?? join(root, "build", "npm"));

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
cpSync(library, out, { recursive: true });
cpSync(join(root, "LICENSE"), join(out, "LICENSE"));

const options = ["--noEmit", "false", "--declaration", "--emitDeclarationOnly", "--rootDir", library, "--outDir", out];
execFileSync(bin("tsc"), ["--project", join(library, "tsconfig.json"), ...options], { stdio: "inherit" });

const config = join(demo, "packaging", "elements.config.mjs");
execFileSync(bin("custom-elements-manifest"), ["analyze", "--config", config, "--outdir", "."], {
  cwd: out,
  stdio: ["ignore", "ignore", "inherit"],
});
// The analyzer adds itself to the package's own description.
const described = JSON.parse(readFileSync(join(library, "package.json"), "utf8"));
writeFileSync(join(out, "package.json"), `${JSON.stringify(described, null, 2)}\n`);
