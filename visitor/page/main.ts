/** The phone page: /t/TOKEN follows a ticket, /t takes one. */
import { createApp } from "vue"
import "../../web/tokens.css"
import "./visitor.css"
import TakeTicket from "./TakeTicket.vue"
import Visitor from "./Visitor.vue"

const token = /^\/t\/([^/]+)/.exec(location.pathname)?.[1]
const app = token ? createApp(Visitor, { token: decodeURIComponent(token) }) : createApp(TakeTicket)
app.mount("#page")
