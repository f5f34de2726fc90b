// The canvas as a whole: rough and clean as the mode says, then what can be taken hold of.

import { paintClosures, paintKept, paintSeam, paintStrokes } from "./cleanup-paint.js";
import { paintGround } from "./desk-paint.js";

/** Paint what the desk shows. */
export function paintDesk(desk, context, pane) {
  const { rough, stage } = desk;
  if (!rough?.picture) return;
  const drawing = desk.looker.shown();
  paintGround(context, [rough.width, rough.height], desk.settings.ground, pane.scale);
  context.imageSmoothingEnabled = pane.scale < 2.5;
  paintDrawings(desk, context, rough, drawing);
  if (desk.peeking || !drawing) return;
  paintKept(context, desk.wishes.kept ?? [], pane.scale);
  if (desk.tool === "stroke") paintStrokes(context, drawing.strokes, pane.scale, desk.lit);
  paintClosures(context, drawing.closures, pane.scale, desk.litGap, desk.tool === "closure");
  if (desk.settings.mode === "wipe") paintSeam(context, desk.seam(), pane, stage.view);
  stage.tool?.paint(context, pane);
}

function paintDrawings(desk, context, rough, drawing) {
  const { settings } = desk;
  const mode = desk.peeking || !drawing ? "rough" : settings.mode;
  const whole = [0, 0, rough.width, rough.height];
  if (mode === "rough") context.drawImage(rough.picture, ...whole);
  if (mode === "clean") paintClean(desk, context, drawing);
  if (mode === "onion") {
    context.globalAlpha = settings.onion / 100;
    context.drawImage(rough.skin, ...whole);
    context.globalAlpha = 1;
    paintClean(desk, context, drawing);
  }
  if (mode === "difference") {
    context.globalCompositeOperation = "multiply";
    context.drawImage(rough.skin, ...whole);
    context.drawImage(drawing.skin ?? drawing.picture, ...whole);
    context.globalCompositeOperation = "source-over";
  }
  if (mode === "wipe") paintWipe(desk, context, rough, drawing);
}

function paintWipe(desk, context, rough, drawing) {
  const seam = desk.seam();
  context.save();
  context.beginPath();
  context.rect(0, 0, Math.max(0, seam), rough.height);
  context.clip();
  context.drawImage(rough.picture, 0, 0, rough.width, rough.height);
  context.restore();
  context.save();
  context.beginPath();
  context.rect(seam, 0, Math.max(0, rough.width - seam), rough.height);
  context.clip();
  paintClean(desk, context, drawing);
  context.restore();
}

function paintClean(desk, context, drawing) {
  const { ink, ...pencils } = drawing.layers;
  for (const each of [...Object.values(pencils), ink]) context.drawImage(each, 0, 0, desk.rough.width, desk.rough.height);
}
