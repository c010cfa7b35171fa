/** What is asked for; `auto`: the best that works here. */
export const SANDBOX_CHOICES = ["auto", "bwrap", "none"] as const;
export type SandboxChoice = (typeof SANDBOX_CHOICES)[number];
export type SandboxKind = Exclude<SandboxChoice, "auto">;

/** What a step sees of a run, and of the machine. All paths are absolute, and the same inside. */
export interface View {
  /** The run's folder, the only place of the machine that can be written to. */
  readonly root: string;
  /** What in it cannot. Every one exists. */
  readonly fixed: readonly string[];
  /** A folder in it that is empty to the steps, but for the journal of the step. */
  readonly hidden: string;
  /** What else can be read: the uv under test, the Python, the keyring tool. What does not exist is left out. */
  readonly readable: readonly string[];
  /** Files that stand in `/etc`, by name. */
  readonly etc: Readonly<Record<string, string>>;
}
