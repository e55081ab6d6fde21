/**
 * A value as the inspector protocol tells it.
 * @see https://chromedevtools.github.io/devtools-protocol/v8/Runtime/#type-RemoteObject
 */
export interface RemoteObject {
  readonly type: string;
  readonly subtype?: string;
  readonly className?: string;
  readonly value?: unknown;
  /** Of numbers that JSON has not, and of bigints. */
  readonly unserializableValue?: string;
  readonly description?: string;
  readonly objectId?: string;
  readonly preview?: Preview;
}

interface Preview {
  readonly subtype?: string;
  readonly description?: string;
  readonly overflow: boolean;
  readonly properties: readonly PreviewProperty[];
  readonly entries?: readonly { readonly key?: PreviewValue; readonly value: PreviewValue }[];
}

interface PreviewProperty {
  readonly name: string;
  readonly type: string;
  readonly value?: string;
}

interface PreviewValue {
  readonly type: string;
  readonly description?: string;
}

/** A value in one line, as far as it was told. */
export function valueText(object: RemoteObject): string {
  const { type, value, unserializableValue, description, preview } = object;
  if (unserializableValue !== undefined) return unserializableValue;
  if (type === 'undefined') return 'undefined';
  if (type === 'function') return functionText(description ?? '');
  if (value !== undefined) return JSON.stringify(value);
  // The first line of an error's description names it; the rest is its stack.
  if (preview === undefined || object.subtype === 'error') return (description ?? type).split('\n')[0] ?? '';
  return previewText(preview);
}

function functionText(source: string): string {
  return source.startsWith('class') ? `[${/^class\s*\w*/.exec(source)?.[0].trim()}]` : '[function]';
}

function previewText({ subtype, description, properties, entries, overflow }: Preview): string {
  const more = overflow ? ['…'] : [];
  if (entries !== undefined) {
    const parts = entries.map(({ key, value }) =>
      key === undefined ? partText(value) : `${partText(key)} => ${partText(value)}`,
    );
    return `${description ?? ''} {${[...parts, ...more].join(', ')}}`;
  }
  const isList = subtype === 'array' || subtype === 'typedarray';
  const parts = properties.map((property) =>
    isList ? propertyText(property) : `${property.name}: ${propertyText(property)}`,
  );
  const inside = [...parts, ...more].join(', ');
  if (isList) return `${description ?? ''} [${inside}]`;
  return `${description === undefined || description === 'Object' ? '' : `${description} `}{${inside}}`;
}

function propertyText({ type, value = '' }: PreviewProperty): string {
  if (type === 'string') return JSON.stringify(value);
  return type === 'function' ? '[function]' : value || type;
}

function partText({ type, description = '' }: PreviewValue): string {
  return type === 'string' ? JSON.stringify(description) : description || type;
}
