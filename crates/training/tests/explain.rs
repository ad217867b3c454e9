//! Explanations against finite differences and against class activation maps.

// Helpers outside of the test functions unwrap as tests do.
#![allow(clippy::unwrap_used)]

#[path = "../../vision/tests/common/mod.rs"]
mod common;
#[path = "../../vision/tests/common/reference.rs"]
mod reference;

use attune_core::{Expression, LabelSet};
use attune_training::explain::{ExplainError, Explainer, Place, Question, contact_sheet, overlay};
use attune_vision::graph::{Activation, Node};
use attune_vision::{Detection, Frame};
use common::{Net, Random};
use safetensors::Dtype;

fn explainer(net: &Net) -> Explainer {
    Explainer::read(&net.file(Dtype::F32)).unwrap()
}

/// The gradient of every logit with respect to numbers of every value, against central differences
/// of the network run in 64 bits from its definition.
#[test]
fn gradients_are_those_of_the_definition() {
    const STEP: f64 = 1e-6;
    for net in [Net::every_operator(), shortcut_of_a_shortcut()] {
        let (explainer, crop) = (explainer(&net), Random::new(2).crop());
        let mut random = Random::new(9);
        for head in &net.spec.heads {
            for value in 0..=head.value {
                let class = random.next() as usize % head.label_set.expressions().len();
                let gradient = explainer.gradient(&crop, head, class, value).unwrap();
                for _ in 0..6 {
                    let place = random.next() as usize % gradient.len();
                    let logit = |step: f64| {
                        let change = |numbers: &mut [f64]| numbers[place] += step;
                        reference::changed_values(&net, &crop, value, change)[head.value][class]
                    };
                    let exact = (logit(STEP) - logit(-STEP)) / (2.0 * STEP);
                    let error = (f64::from(gradient[place]) - exact).abs() / exact.abs().max(0.1);
                    assert!(error < 1e-4, "value {value}: {}, not {exact}", gradient[place]);
                }
            }
        }
    }
}

/// Values that are read several times, also twice by one node.
fn shortcut_of_a_shortcut() -> Net {
    let mut net = Net::new(11);
    let image = net.conv(0, [4, 1, 3], [1, 1, 1], Activation::Relu);
    let twice = net.push(Node::Add { left: image, right: image, activation: Activation::Silu });
    let mean = net.push(Node::GlobalAvgPool { input: twice });
    let scaled = net.push(Node::Scale { input: twice, by: mean });
    let sum = Node::Add { left: scaled, right: image, activation: Activation::None };
    let sum = net.push(sum);
    let strided = net.conv(sum, [6, 2, 2], [3, 1, 2], Activation::Sigmoid);
    net.head(LabelSet::FerPlus, strided, 6 * 16);
    net
}

/// Where a linear layer reads channel means, its weights are the gradient's, and Grad-CAM is the
/// class activation map of Zhou et al. (2016).
#[test]
fn grad_cam_of_a_pooled_network_is_its_class_activation_map() {
    let net = Net::residual_network();
    let explainer = explainer(&net);
    for seed in 0..4 {
        let crop = Random::new(seed).crop();
        for expression in [None, Some(Expression::Happy), Some(Expression::Fearful)] {
            let last = explainer.layers(explainer.head(None).unwrap()).last().map(|(n, _)| *n);
            let question = Question { expression, layer: last, label_set: None };
            let cam = explainer.grad_cam(&crop, question).unwrap();
            let classes = LabelSet::FerPlus.expressions();
            let class = classes.iter().position(|e| *e == cam.expression).unwrap();
            let ([channels, height, width], maps) =
                explainer.feature_maps(&crop, cam.layer).unwrap();
            assert_eq!(([channels, height, width], channels), (cam.shape, 256));
            let Some(Node::Linear { weight, .. }) = net.spec.nodes.last() else { panic!() };
            let weights = &net.tensors[weight].1[class * channels..][..channels];
            let mut map = vec![0.0; height * width];
            for (weight, channel) in weights.iter().zip(maps.chunks(height * width)) {
                map.iter_mut().zip(channel).for_each(|(sum, x)| *sum += weight * x);
            }
            let largest = map.iter().copied().fold(0.0, f32::max);
            for (heat, sum) in cam.heat.iter().zip(&map) {
                let expected = if largest > 0.0 { sum.max(0.0) / largest } else { 0.0 };
                assert!((heat - expected).abs() < 1e-4, "{heat}, not {expected}");
            }
        }
    }
}

#[test]
fn questions_a_model_cannot_answer_are_refused() {
    let (net, crop) = (Net::residual_network(), Random::new(1).crop());
    let explainer = explainer(&net);
    let ask = |question| explainer.grad_cam(&crop, question);
    let plain = Question::default();
    let contempt = Question {
        label_set: Some(LabelSet::Fer2013),
        expression: Some(Expression::Contempt),
        ..plain
    };
    let set = LabelSet::Fer2013;
    assert_eq!(ask(contempt), Err(ExplainError::NoClass { set, expression: Expression::Contempt }));
    for layer in [0, 4, 1000] {
        let question = Question { layer: Some(layer), ..plain };
        assert_eq!(ask(question), Err(ExplainError::NoLayer(layer)), "no image of the network");
    }
    let head = explainer.head(None).unwrap();
    assert_eq!(ask(plain).unwrap().shape, [128, 6, 6], "3 x 3 cells tell too little");
    for (layer, shape) in explainer.layers(head) {
        let cam = ask(Question { layer: Some(layer), ..plain }).unwrap();
        assert_eq!((cam.layer, cam.shape), (layer, shape));
        assert!(cam.heat.iter().all(|heat| (0.0..=1.0).contains(heat)));
    }
    let mut flat = Net::new(8);
    flat.head(LabelSet::Fer2013, 0, 64);
    let flat = self::explainer(&flat);
    assert_eq!(flat.grad_cam(&crop, plain), Err(ExplainError::NoImage));
    let ferplus = Question { label_set: Some(LabelSet::FerPlus), ..plain };
    assert_eq!(flat.grad_cam(&crop, ferplus), Err(ExplainError::NoHead(LabelSet::FerPlus)));
}

#[test]
fn heat_lies_where_it_is_and_pictures_can_be_opened() {
    let net = Net::residual_network();
    let explainer = explainer(&net);
    let crop = Random::new(1).crop();
    let mut cam = explainer.grad_cam(&crop, Question::default()).unwrap();
    let cells = cam.heat.len();
    cam.heat = vec![0.0; cells];
    assert!(cam.is_empty() && cam.thirds() == [0.0; 3]);
    cam.heat[cells - 1] = 1.0;
    assert_eq!(cam.at(1.0, 1.0), 1.0);
    assert_eq!(cam.at(0.0, 0.0), 0.0);
    assert!(cam.peak().iter().all(|place| *place > 0.5) && cam.thirds()[2] > 0.5);

    let photo = Frame::from_luma(60, 50, vec![100; 3000]).unwrap();
    let face = attune_core::FaceBox { x: 20.0, y: 10.0, width: 30.0, height: 30.0 };
    let colour = image::RgbImage::from_pixel(60, 50, image::Rgb([40, 90, 140]));
    for roll_degrees in [0.0, 30.0] {
        let place = Place::of_face(&photo, &Detection { face, score: 1.0, roll_degrees });
        let png = overlay(&colour, &place, 44, &cam);
        let picture = image::load_from_memory(&png).unwrap().into_rgb8();
        let scale = picture.width() as f32 / 60.0;
        assert!(scale > 7.0 && picture.height() as f32 > 51.0 * scale, "large, and a strip below");
        let shown = place.shown(44);
        let at = |across, down| {
            let [x, y] = shown.to_photo([across, down]).map(|x| (x * scale) as u32);
            picture.get_pixel(x, y).0
        };
        let plain = [40, 90, 140];
        assert_eq!([at(0.1, 0.1), at(0.5, 0.5)], [plain; 2], "colours stay where no heat is");
        assert_eq!(at(1.04, 1.04), plain, "no heat beyond what the network was shown");
        let hot = at(0.95, 0.95);
        assert!(hot[0] > 150 && hot[0] > hot[2], "the lower right corner glows: {hot:?}");
        assert!(at(0.5, 0.0) == [255; 3] || at(0.5, 0.0) == [0; 3], "framed: {:?}", at(0.5, 0.0));
        assert_eq!(picture.get_pixel(2, 2).0, plain);
    }
    let sheet = contact_sheet(3, [5, 2, 3], &[0.5; 30]);
    let sheet = image::load_from_memory(&sheet).unwrap().into_rgb8();
    let tile = 232 / 3 * 3 + 8;
    assert_eq!(sheet.width(), 5 * tile + 8);
    let black = sheet.pixels().filter(|pixel| pixel.0 == [0; 3]).count();
    assert_eq!(black, 0, "no filler");
}
