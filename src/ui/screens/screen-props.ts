import type { KeyHint } from '../../monitor/keys/key-map.ts';
import type { ViewContext } from '../../monitor/parts/view-context.ts';

/** What every screen is given. */
export interface ScreenProps {
  readonly context: ViewContext;
  readonly hints: readonly KeyHint[];
}
