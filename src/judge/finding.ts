/** Whether a condition holds, and what the step showed of it, in words; what it wants is said by `conditionWords`. */
export interface Finding {
  readonly holds: boolean;
  readonly seen: string;
}
