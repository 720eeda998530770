/** The parts of ECharts that the pictures need. Only drawing.ts imports this, and only when a picture is drawn. */
import { BarChart } from "echarts/charts"
import { AriaComponent, GridComponent, LegendComponent, TooltipComponent } from "echarts/components"
import { init, use } from "echarts/core"
import { SVGRenderer } from "echarts/renderers"

use([AriaComponent, BarChart, GridComponent, LegendComponent, SVGRenderer, TooltipComponent])

export { init }
