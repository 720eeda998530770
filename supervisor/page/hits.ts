/** Appointments that a change hits: the server names them in its refusal, and does it when somebody said yes. */
import { createI18n } from "../../web/i18n"
import type { Failure } from "../../web/types"

export interface HitAppointment {
  code: string
  service: string
  start: string
}

/** Those of a refusal; null when it is another one. */
export function hitOf(error: Failure): HitAppointment[] | null {
  return error.code === "appointments_hit" ? (error.params?.["appointments"] as HitAppointment[]) : null
}

export const { t: h } = createI18n({
  "zh-CN": {
    title: "有 {n} 个预约受影响",
    lead: "确认后：系统通知预约人，这些预约不计爽约；请到服务台改约、取消或保留。",
    yes: "仍要这样做，通知他们",
    back: "返回，不更改",
  },
  en: {
    title: "{n} {n:appointment is|appointments are} hit",
    lead: "If you go on, their holders are told and none of them counts as missed. Move, cancel or keep them at the reception.",
    yes: "Do it and tell them",
    back: "Back, change nothing",
  },
})
