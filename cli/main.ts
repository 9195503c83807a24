// The `af` command; its subcommands come with the issue that asks for them.
export {};
