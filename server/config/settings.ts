// Every setting that a flag or an environment variable can change, read off the configuration's schema.
import type { z } from 'zod';
import { configurationSchema } from '../config.ts';

export interface Setting {
  /** Its place in the file, such as `limits.clients`. */
  readonly key: string;
  readonly path: readonly string[];
  /** Such as `--limits-clients`. */
  readonly flag: string;
  /** Such as `AF_LIMITS_CLIENTS`. */
  readonly variable: string;
  readonly kind: 'number' | 'boolean' | 'string' | 'list';
  readonly doc: string;
  /** How --help shows the value; undefined of a switch. */
  readonly argument: string | undefined;
  readonly defaultValue: unknown;
}

/** Settings whose shape no flag can give; they stand in the file only. */
const FILE_ONLY = ['devices'];

const kinds: Readonly<Record<string, Setting['kind']>> = {
  number: 'number',
  boolean: 'boolean',
  array: 'list',
};

export const settings: readonly Setting[] = settingsOf(configurationSchema.shape, []);

function settingsOf(
  shape: Readonly<Record<string, z.core.$ZodType>>,
  parents: readonly string[],
): Setting[] {
  return Object.entries(shape)
    .filter(([name]) => !FILE_ONLY.includes(name))
    .flatMap(([name, schema]) => {
      const path = [...parents, name];
      const inner = withoutDefault(schema);
      return inner._zod.def.type === 'object'
        ? settingsOf((inner as z.ZodObject).shape, path)
        : [settingOf(path, schema as z.ZodType, inner)];
    });
}

function settingOf(path: readonly string[], schema: z.ZodType, inner: z.core.$ZodType): Setting {
  const words = path.flatMap((name) => name.split(/(?=[A-Z])/)).map((word) => word.toLowerCase());
  const { description = '', argument } = schema.meta() ?? {};
  return {
    key: path.join('.'),
    path,
    flag: `--${words.join('-')}`,
    variable: `AF_${words.join('_').toUpperCase()}`,
    kind: kinds[inner._zod.def.type] ?? 'string',
    doc: description,
    argument: typeof argument === 'string' ? argument : undefined,
    defaultValue: schema.safeParse(undefined).data,
  };
}

function withoutDefault(schema: z.core.$ZodType): z.core.$ZodType {
  const { def } = schema._zod;
  return 'innerType' in def ? withoutDefault(def.innerType as z.core.$ZodType) : schema;
}
