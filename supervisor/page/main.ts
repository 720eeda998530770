/** The supervisor's live view, at /supervisor; ?hall=CODE chooses the hall, ?pair=CODE opens the pairing dialog. */
import { createApp } from "vue"
import "../../web/tokens.css"
import "./supervisor.css"
import "./visitors/visitors.css"
import Supervisor from "./Supervisor.vue"
import { actOncePerPress } from "../../web/keys"

actOncePerPress()
createApp(Supervisor).mount("#page")
