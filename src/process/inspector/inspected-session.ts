/** What a thread answers or tells: an object of the inspector protocol. */
export type ProtocolObject = Readonly<Record<string, unknown>>;

/**
 * The inspector protocol to one thread.
 * @see https://chromedevtools.github.io/devtools-protocol/v8/
 */
export interface InspectedSession {
  /** Node's `threadId`: 0 is the main thread. */
  readonly threadId: number;
  readonly name: string;
  /** Rejects with `NoAnswer` when the thread is silent, with `NotDone` when it says no. */
  send(method: string, params?: object, withinMs?: number): Promise<ProtocolObject>;
  /** One listener a method; another replaces it. */
  on(method: string, listener: (params: ProtocolObject) => void): void;
}

/** A thread did not answer in time: it is in native code, or it has ended. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
  readonly hasEnded: boolean;

  constructor(what: string, hasEnded: boolean) {
    super(`${what}: ${hasEnded ? 'the thread has ended' : 'no answer'}`);
    this.hasEnded = hasEnded;
  }
}

/** A thread answered a request with an error. */
export class NotDone extends Error {
  override readonly name = 'NotDone';
}
