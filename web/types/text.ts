/** Words and counts that many of the shapes have. */

export type Language = "zh-CN" | "en" | "zh-HK"

export type Text = { "zh-CN": string; en: string } & { "zh-HK"?: string }

export type Counts = Record<string, number>

export type Range = { low: number; high: number }

export interface Named {
  code: string
  name: Text
}

export interface Notice {
  text: Text
  level: "info" | "emergency"
  at: string
}
