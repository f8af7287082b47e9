/** What systems tell in units of 1,024 bytes, in MB of a million. */
export const megabytes = (kibibytes: number): number => (kibibytes * 1024) / 1e6;
