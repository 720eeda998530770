/** The doors of the house, each with what stands on it in both languages. */
import type { IconName } from "../components/PageIcon.vue"
import type { Text } from "../types"

export interface Door {
  href: string
  icon: IconName
  name: Text
  about: Text
  staff: boolean
}

export const DOORS: Door[] = [
  {
    href: "/kiosk",
    icon: "ticket",
    staff: false,
    name: { "zh-CN": "取号机", en: "Kiosk" },
    about: { "zh-CN": "放在大厅入口，办事群众自己取号。", en: "At the entrance of the hall: visitors take a number." },
  },
  {
    href: "/display",
    icon: "screen",
    staff: false,
    name: { "zh-CN": "大屏", en: "Display" },
    about: { "zh-CN": "挂在等候区，显示并播报叫到的号。", en: "In the waiting area: shows and speaks the numbers." },
  },
  {
    href: "/t",
    icon: "phone",
    staff: false,
    name: { "zh-CN": "手机", en: "Phone" },
    about: { "zh-CN": "扫号票上的二维码，随时查看排队情况。", en: "Scan the code on the ticket and watch the queue." },
  },
  {
    href: "/book",
    icon: "clock",
    staff: false,
    name: { "zh-CN": "预约", en: "Book" },
    about: { "zh-CN": "选好业务和时间，到大厅签到即可。", en: "Choose a service and a time, check in when you come." },
  },
  {
    href: "/counter",
    icon: "desk",
    staff: true,
    name: { "zh-CN": "窗口", en: "Counter" },
    about: { "zh-CN": "窗口人员叫号、办理。", en: "Clerks call the next visitor and serve." },
  },
  {
    href: "/reception",
    icon: "person",
    staff: true,
    name: { "zh-CN": "服务台", en: "Reception" },
    about: {
      "zh-CN": "取号、找号、补打、预约签到，回答“要等多久”。",
      en: "Issues and finds numbers, prints again, checks in, books.",
    },
  },
  {
    href: "/supervisor",
    icon: "chart",
    staff: true,
    name: { "zh-CN": "主管", en: "Supervisor" },
    about: { "zh-CN": "查看整个大厅，安排窗口和设备。", en: "The whole hall at a glance, its counters and devices." },
  },
]
