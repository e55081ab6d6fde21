import { readFileSync } from 'node:fs';
import { registerHooks, stripTypeScriptTypes } from 'node:module';
import { fileURLToPath } from 'node:url';

/** What an eval may import although nothing is installed beside it. */
const OWN_PACKAGES: ReadonlySet<string> = new Set(['evaltui', 'zod']);

let hooksAreRegistered = false;

/**
 * Lets what the user wrote (eval files, classes and plug-ins of registries) import `evaltui` and `zod` wherever they lie, and lets `.ts` files be loaded below
 * `node_modules` too (a global installation), which Node refuses by itself.
 *
 * A project's own copies win: ours are only taken where the import would fail.
 */
export function registerEvalHooks(): void {
  if (hooksAreRegistered) return;
  hooksAreRegistered = true;
  registerHooks({
    resolve(specifier, context, nextResolve) {
      try {
        return nextResolve(specifier, context);
      } catch (error) {
        if (!OWN_PACKAGES.has(specifier)) throw error;
        return nextResolve(specifier, { ...context, parentURL: import.meta.url });
      }
    },
    load(url, context, nextLoad) {
      if (!url.startsWith('file:') || !url.endsWith('.ts') || !url.includes('/node_modules/')) {
        return nextLoad(url, context);
      }
      const source = stripTypeScriptTypes(readFileSync(fileURLToPath(url), 'utf8'));
      return { format: 'module', source, shortCircuit: true };
    },
  });
}
