/** The phone: /t/TOKEN follows a ticket, /t takes one; /book books, /a/TOKEN is an appointment. */
import { createApp, type App } from "vue"
import "../../web/tokens.css"
import "./visitor.css"
import AppointmentPage from "./AppointmentPage.vue"
import BookPage from "./BookPage.vue"
import TakeTicket from "./TakeTicket.vue"
import Visitor from "./Visitor.vue"
import { startLanguages } from "../../web/languages"
import { surviveTranslators } from "../../web/translated"
import { actOncePerPress } from "../../web/keys"

surviveTranslators()
actOncePerPress()

function page(): App {
  const [, room, token] = /^\/(t|a|book)(?:\/([^/]+))?/.exec(location.pathname) ?? []
  if (room === "book") return createApp(BookPage)
  if (token === undefined) return createApp(TakeTicket)
  const props = { token: decodeURIComponent(token) }
  return room === "a" ? createApp(AppointmentPage, props) : createApp(Visitor, props)
}

void startLanguages().then(() => page().mount("#page"))
