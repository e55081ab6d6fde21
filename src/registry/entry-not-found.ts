import { EvaltuiError } from '../core/errors.ts';
import { nearestMatch } from '../core/nearest-match.ts';
import type { RegistryKind } from './entry-shapes.ts';
import type { Registry } from './registry.ts';

const MOST_NAMED = 5;

/**
 * The error for a name that no entry of some kinds has. It names the nearest one, or up to five in which the
 * name occurs.
 */
export function entryNotFound(
  registry: Registry,
  name: string,
  { kinds, what }: { readonly kinds: readonly RegistryKind[]; readonly what: string },
): EvaltuiError {
  const names = [...new Set(kinds.flatMap((kind) => [...registry.entries(kind).keys()]))];
  const nearest = nearestMatch(name, names);
  const near = names.filter((each) => each.toLowerCase().includes(name.toLowerCase())).slice(0, MOST_NAMED);
  const hint =
    nearest !== undefined
      ? `Did you mean "${nearest}"?`
      : near.length > 0
        ? `Near names: ${near.join(', ')}.`
        : 'evaltui registry list shows what there is.';
  const message =
    registry.roots.length === 0
      ? `No ${what} "${name}": there is no registry to look in. Name one, such as a checkout of openai/evals, by --registry-path, or put it at ~/.evals.`
      : `No ${what} "${name}" in ${registry.roots.join(', ')}. ${hint}`;
  return new EvaltuiError('eval-not-found', message, { details: { name } });
}
