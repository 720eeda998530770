/** Everything the page of the rule says, in both languages. */
import { createI18n, textOf } from "../../../web/i18n"
import type { Text } from "../../../web/types"
import { en } from "./words.en"
import { zh } from "./words.zh"

export const { t, has } = createI18n({ "zh-CN": zh, en })
const free = t as (key: string, params?: Record<string, string | number>) => string

/** How people call a class; its code when the hall made it. "" is everybody. */
export const className = (code: string): string => (has(`class_${code}`) ? free(`class_${code}`) : code)

/** What a ready-made rule does; empty for another. */
export const aboutRule = (name: string): string => (has(`about_${name}`) ? free(`about_${name}`) : "")

/** What a rule is called; the one being edited has no title of its own. */
export const ruleTitle = (rule: { name: string; title: Text; candidate?: boolean }): string =>
  rule.candidate ? t("candidate") : textOf(rule.title) || rule.name
