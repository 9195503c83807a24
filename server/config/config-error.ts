// A configuration that cannot be used, in one sentence that says where it stands and what would do.

export type ConfigErrorCode = 'AF_UNKNOWN_SETTING' | 'AF_BAD_VALUE' | 'AF_UNREADABLE_FILE';

export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly code: ConfigErrorCode;

  constructor(code: ConfigErrorCode, sentence: string) {
    super(sentence);
    this.code = code;
  }
}
