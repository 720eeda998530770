/** The ticket machine: /kiosk, paired once by a code or opened with #device=TOKEN. */
import { createApp } from "vue"
import "../../web/tokens.css"
import "./kiosk.css"
import { keepAwake } from "./awake"
import { loadLetters } from "./letters"
import Kiosk from "./Kiosk.vue"
import { locale } from "../../web/i18n"
import { surviveTranslators } from "../../web/translated"
import { actOncePerPress } from "../../web/keys"

surviveTranslators()
actOncePerPress()

// The machine's screen has no menu, nothing to drag and nothing to select.
for (const gesture of ["contextmenu", "dragstart", "selectstart"]) {
  document.addEventListener(gesture, (event) => event.preventDefault())
}
locale.value = "zh-CN" // each English line says of itself that it is English
loadLetters()
keepAwake()
createApp(Kiosk).mount("#page")
