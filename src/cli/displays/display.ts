import type { StopStage } from '../../core/stop-stage.ts';
import type { ScreenName } from '../../monitor/state/intents.ts';
import type { TaskStore } from '../../store/task-store.ts';
import type { DisplayName } from '../run-options.ts';

export interface DisplayOptions {
  readonly name: DisplayName | undefined;
  readonly store: TaskStore;
  readonly runId: string;
  readonly dbPath: string;
  /** Whether the run is supervised by this process. */
  readonly isOwner: boolean;
  readonly stop: (stage: StopStage) => void;
  /** The view that the screen begins with. Default: the dashboard. */
  readonly screen?: ScreenName;
}

/** How a run is shown. Every display reads the db and nothing else; the run does not notice it. */
export interface Display {
  /** A stage of stopping was asked for. */
  stopping(stage: StopStage): void;
  /** Shows the end of the run and lets go of the terminal; the screen waits until it is left. */
  finish(): Promise<void>;
  /** Lets go of the terminal, since something failed. */
  abandon(): Promise<void>;
  /** Resolves when the user left it, or when it has shown the end of the run. */
  readonly left: Promise<void>;
}
