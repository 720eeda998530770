/** The staffed desk, at /reception; ?hall=CODE chooses the hall. */
import { createApp } from "vue"
import "../../web/tokens.css"
import "./reception.css"
import Reception from "./Reception.vue"
import { actOncePerPress } from "../../web/keys"

actOncePerPress()
createApp(Reception).mount("#page")
